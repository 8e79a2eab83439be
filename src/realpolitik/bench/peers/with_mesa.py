"""Mesa: Epstein's civil violence as Mesa ships it, 40 by 40 sites; counts how many people it moves in a second."""

import time

from mesa.examples.advanced.epstein_civil_violence.agents import Citizen
from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence
from serve import serve


def prepare(told):
    """Give the task."""

    def civil(steps, seed):
        model = EpsteinCivilViolence(seed=seed)
        began = time.perf_counter()
        for _ in range(steps):
            model.step()
        seconds = time.perf_counter() - began
        agents = len(model.agents)
        citizens = len(model.agents_by_type[Citizen])
        return {"values": [agents * steps / seconds], "agents": agents, "citizens": citizens, "seconds": seconds}

    return {"civil": civil}


if __name__ == "__main__":
    serve(prepare)
