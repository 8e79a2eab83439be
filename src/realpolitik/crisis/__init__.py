"""The crisis model: parameters, state, a file per mechanism, the step, how reports relate to truth (docs/model.md)."""
