"""Scripts that drive one tool each, run by the interpreter in which it is installed; nothing here is imported but :mod:`serve`."""
