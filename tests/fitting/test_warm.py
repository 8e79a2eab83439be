"""Compiling ahead: what each process compiles first is what a step asks for."""

from realpolitik.fitting import warm


def test_kernels_are_compiled_for_the_types_they_have_in_a_step_and_for_no_others():
    """Numba compiles a kernel once for each combination of types: another one would be compiled in vain, without a word."""
    warm.model()
    ahead = [*warm.drawing(), *warm.without_draws()]
    for kernel, types in ahead:
        kernel.compile(types)
    for kernel, types in ahead:
        assert {signature for signature, *_ in kernel._cache._cache_file._load_index()} == {types}
