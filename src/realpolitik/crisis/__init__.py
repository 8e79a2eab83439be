"""The crisis model: parameters, state, one file per mechanism, the step, and how reports relate to truth (docs/model.md)."""
