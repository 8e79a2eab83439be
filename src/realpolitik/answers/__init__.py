"""What a run says: one file per answer, each a function of the saved results."""
