"""When the odds are too rough for a probability."""

UNSURE = 0.5  # nats of a standard error: above it a range is given and no probability
