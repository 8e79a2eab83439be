"""Counter-based chance: named uniforms (:mod:`keys`) and draws by quantile (:mod:`draws`)."""
