"""pypomp: bootstrap filter on both models with its fastest parts, single precision, `fast_binomial` and a process written for all
particles at once, called through its functional interface, which compiles everything into one program."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pypomp as pp
from jax.scipy.special import gammaln
from pypomp.functional import pfilter
from pypomp.random import fast_binomial
from pypomp.types import CovarDict, InitialTimeFloat, ObservationDict, ParamDict, RNGKey, StateDict, StepSizeFloat, TimeFloat
from serve import serve


def log_density(y, mean, size):
    """Of NegBin(mean, size)."""
    constant = gammaln(y + size) - gammaln(size) - gammaln(y + 1.0) + size * jnp.log(size)
    return constant + y * jnp.log(mean) - (y + size) * jnp.log(size + mean)


def influenza(facts):
    """The flu with four substeps a day."""
    boys, size, substeps = float(facts["boys"]), facts["size"], facts["substeps"]

    def rinit(theta_: ParamDict, key: RNGKey, covars: CovarDict, t0: InitialTimeFloat):
        return {"S": boys - 1.0, "I": 1.0}

    @pp.vectorized
    def rproc(X_: StateDict, theta_: ParamDict, key: RNGKey, covars: CovarDict, t: TimeFloat, dt: StepSizeFloat):
        well, ill = X_["S"], X_["I"]
        infect = 1.0 - jnp.exp(-theta_["beta"] * ill / boys / substeps)
        leave = jnp.broadcast_to(1.0 - jnp.exp(-theta_["gamma"] / substeps), ill.shape)
        first, second = jax.random.split(key)
        new, out = fast_binomial(first, well, infect), fast_binomial(second, ill, leave)
        return {"S": well - new, "I": ill + new - out}

    def dmeas(Y_: ObservationDict, X_: StateDict, theta_: ParamDict, covars: CovarDict, t: TimeFloat):
        return log_density(Y_["B"], X_["I"] + 0.1, size)

    ys = pd.DataFrame({"B": np.array(facts["reports"], float)}, index=np.arange(1.0, 15.0))
    theta = pp.PompParameters({"beta": 2.2, "gamma": 0.6})
    return pp.Pomp(ys=ys, theta=theta, statenames=["S", "I"], t0=0.0, rinit=rinit, rproc=rproc, dmeas=dmeas, nstep=substeps)


def regions(facts):
    """Seventeen regions, each of the seven binomials drawn for all of them in one call: twice as fast as a call a region."""
    people, mixing = np.array(facts["people"]), jnp.array(facts["mixing"])
    count, size = len(people), facts["size"]
    ei, ih, ir, hd, hr, rs = facts["exits"]
    rows = ("S", "E", "I", "H", "R", "D", "W")
    names = [f"{row}{k}" for row in rows for k in range(count)]
    inverse = jnp.array(1.0 / people)[:, None]

    def rinit(theta_: ParamDict, key: RNGKey, covars: CovarDict, t0: InitialTimeFloat):
        state = dict.fromkeys(names, 0.0)
        for k in range(count):
            ill = facts["first_ill"] if k in facts["seeded"] else 0.0
            state[f"S{k}"], state[f"I{k}"] = people[k] - ill, ill
        return state

    @pp.vectorized
    def rproc(X_: StateDict, theta_: ParamDict, key: RNGKey, covars: CovarDict, t: TimeFloat, dt: StepSizeFloat):
        s, e, i, h, r, d = (jnp.stack([X_[f"{row}{k}"] for k in range(count)]) for row in rows[:6])
        infect = 1.0 - jnp.exp(-theta_["beta"] * (mixing @ (i * inverse)))
        keys = jax.random.split(key, 7)

        def leave(number, of, chance):
            return fast_binomial(keys[number], of, jnp.full_like(of, chance))

        to_e, to_i, to_h = fast_binomial(keys[0], s, infect), leave(1, e, ei), leave(2, i, ih)
        i_to_r, to_d, to_s = leave(3, i - to_h, ir), leave(4, h, hd), leave(5, r, rs)
        h_to_r = leave(6, h - to_d, hr)
        after = (s + to_s - to_e, e + to_e - to_i, i + to_i - to_h - i_to_r, h + to_h - to_d - h_to_r,
                 r + i_to_r + h_to_r - to_s, d + to_d, to_i)  # fmt: skip
        return {f"{row}{k}": value[k] for row, value in zip(rows, after, strict=True) for k in range(count)}

    def dmeas(Y_: ObservationDict, X_: StateDict, theta_: ParamDict, covars: CovarDict, t: TimeFloat):
        return sum(log_density(Y_[f"y{k}"], facts["reported"] * X_[f"W{k}"] + facts["floor"], size) for k in range(count))

    table = np.array(facts["reports"], float)
    ys = pd.DataFrame({f"y{k}": table[:, k] for k in range(count)}, index=np.arange(1.0, len(table) + 1.0))
    theta = pp.PompParameters({"beta": facts["beta"]})
    return pp.Pomp(ys=ys, theta=theta, statenames=names, t0=0.0, rinit=rinit, rproc=rproc, dmeas=dmeas, nstep=1)


def prepare(told):
    """Give the tasks; models are built when first asked for."""
    built = {}

    def filters(model, count, worlds, seed):
        if model not in built:
            made = influenza(told[model]) if model == "influenza" else regions(told[model])
            built[model] = made.to_struct(), made.theta.to_jax_array(made.canonical_param_names)
        struct, theta = built[model]
        keys = jax.random.split(jax.random.key(seed), count).reshape(1, count)
        found = pfilter(struct, theta, worlds, keys)["logLik"]
        return {"values": [float(v) for v in np.asarray(found).reshape(-1)]}

    return {"filter": filters}


if __name__ == "__main__":
    serve(prepare)
