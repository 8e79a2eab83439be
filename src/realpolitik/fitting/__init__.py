"""From a case to the odds of its accounts: problem, evidence, filter, sampler, reweighing, run folder."""
