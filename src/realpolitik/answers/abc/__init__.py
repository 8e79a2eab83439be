"""A second opinion on the odds that shares nothing with the sampler: random forests on simulated reports (Pudlo et al. 2016)."""
