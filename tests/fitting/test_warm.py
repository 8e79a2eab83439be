"""Compiling ahead: what the other process compiles is what a step asks for."""

from realpolitik.chance.compiled import cache_folder
from realpolitik.crisis import armed, street
from realpolitik.fitting import warm

MECHANISMS = (
    street.leave_street,
    street.sweep,
    street.release,
    armed.armed_exits,
    armed.enter,
    armed.security_losses,
    armed.allied_losses,
)


def test_mechanisms_are_compiled_for_the_types_they_have_in_a_step():
    """Numba compiles a kernel once for each combination of types: another one would be compiled in vain, without a word."""
    crisis, _ = warm.models()
    crisis.advance(warm.first_block(crisis), 0, 1)
    warm.mechanisms(crisis, warm.first_block(crisis))
    made = [path.name for path in cache_folder().glob("**/*.nbc")]
    for kernel in MECHANISMS:
        module, name = kernel.py_func.__module__.split(".")[-1], kernel.py_func.__name__
        assert sum(file.startswith(f"{module}.{name}-") for file in made) == 1
