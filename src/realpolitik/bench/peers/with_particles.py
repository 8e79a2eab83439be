"""particles (N. Chopin): bootstrap filter and SMC² on both models, written as its documentation advises, a whole array per draw."""

import numpy as np
import particles
from particles import distributions as dists
from particles import smc_samplers as ssp
from particles import state_space_models as ssm
from scipy.special import gammaln
from serve import serve

# SFC64 draws binomials fastest of NumPy's generators; particles' own Binomial uses the older and slower global one.
rng = np.random.Generator(np.random.SFC64(1))


class Law(dists.ProbDist):
    """A distribution given by how to draw it, or by its log density."""

    def __init__(self, draw=None, log_density=None):
        self.draw, self.log_density = draw, log_density

    def rvs(self, size=None):
        return self.draw(size)

    def logpdf(self, x):
        return self.log_density(x)


class Influenza(ssm.StateSpaceModel):
    """State [particle, (well, ill)]; the constants of the model are class attributes set by `prepare`."""

    default_params = {"beta": 2.2, "gamma": 0.6}  # noqa: RUF012

    def _day(self, well, ill):
        leave = 1.0 - np.exp(-self.gamma / self.substeps)
        for _ in range(self.substeps):
            new = rng.binomial(well, 1.0 - np.exp(-self.beta / (self.boys * self.substeps) * ill))
            out = rng.binomial(ill, leave)
            well, ill = well - new, ill + new - out
        return np.column_stack([well, ill])

    def PX0(self):
        return Law(lambda n: self._day(np.full(n, self.boys - 1), np.ones(n, np.int64)))

    def PX(self, t, xp):
        return Law(lambda n: self._day(xp[:, 0], xp[:, 1]))

    def PY(self, t, xp, x):
        mean = x[:, 1] + 0.1

        def log_density(y):
            constant = gammaln(y + self.size) - gammaln(self.size) - gammaln(y + 1) + self.size * np.log(self.size)
            return constant + y * np.log(mean) - (y + self.size) * np.log(self.size + mean)

        return Law(log_density=log_density)


class Regions(ssm.StateSpaceModel):
    """State [particle, row, region], rows S, E, I, H, R, D, new I."""

    default_params = {"beta": 0.5}  # noqa: RUF012

    def _step(self, x):
        s, e, i, h, r = (x[:, c] for c in range(5))
        ei, ih, ir, hd, hr, rs = self.exits
        to_e = rng.binomial(s, 1.0 - np.exp(-self.beta * ((i / self.people) @ self.mixing.T)))
        to_i, to_h, to_d, to_s = rng.binomial(e, ei), rng.binomial(i, ih), rng.binomial(h, hd), rng.binomial(r, rs)
        i_to_r, h_to_r = rng.binomial(i - to_h, ir), rng.binomial(h - to_d, hr)
        new = np.empty_like(x)
        new[:, 0], new[:, 1], new[:, 2] = s + to_s - to_e, e + to_e - to_i, i + to_i - to_h - i_to_r
        new[:, 3], new[:, 4], new[:, 5], new[:, 6] = h + to_h - to_d - h_to_r, r + i_to_r + h_to_r - to_s, x[:, 5] + to_d, to_i
        return new

    def _first(self, n):
        x = np.zeros((n, 7, len(self.people)), np.int64)
        x[:, 0] = self.people
        for k in self.seeded:
            x[:, 0, k] -= self.first_ill
            x[:, 2, k] = self.first_ill
        return x

    def PX0(self):
        return Law(lambda n: self._step(self._first(n)))

    def PX(self, t, xp):
        return Law(lambda n: self._step(xp))

    def PY(self, t, xp, x):
        mean = self.reported * x[:, 6] + self.floor

        def log_density(y):
            constant = gammaln(y + self.size) - gammaln(self.size) - gammaln(y + 1) + self.size * np.log(self.size)
            return constant.sum() + (y * np.log(mean) - (y + self.size) * np.log(self.size + mean)).sum(axis=1)

        return Law(log_density=log_density)


def prepare(told):
    """Set the constants and give the tasks."""
    for model, facts in ((Influenza, told["influenza"]), (Regions, told["regions"])):
        for name, value in facts.items():
            setattr(model, name, value)
    Regions.people, Regions.mixing = np.array(told["regions"]["people"], int), np.array(told["regions"]["mixing"])
    Regions.first_ill = int(Regions.first_ill)
    data = {
        "influenza": np.array(told["influenza"]["reports"]),
        "regions": [np.array(row) for row in told["regions"]["reports"]],
    }

    def seeded(seed):
        global rng
        rng = np.random.Generator(np.random.SFC64(seed))
        np.random.seed(seed)  # noqa: NPY002 - particles draws from the global generator

    def filters(model, count, worlds, seed):
        seeded(seed)
        own = Influenza() if model == "influenza" else Regions()
        values = []
        for _ in range(count):
            run = particles.SMC(fk=ssm.Bootstrap(ssm=own, data=data[model]), N=worlds, collect="off")
            run.run()
            values.append(float(run.logLt))
        return {"values": values}

    def evidence(seed, particles_, worlds, chain):
        seeded(seed)
        prior = dists.StructDist({"beta": dists.Uniform(1.0, 4.0), "gamma": dists.Uniform(0.2, 1.2)})
        fk = ssp.SMC2(ssm_cls=Influenza, prior=prior, data=data["influenza"], init_Nx=worlds, len_chain=chain)
        run = particles.SMC(fk=fk, N=particles_, collect="off")
        run.run()
        return {"values": [float(run.logLt)]}

    return {"filter": filters, "evidence": evidence}


if __name__ == "__main__":
    serve(prepare)
