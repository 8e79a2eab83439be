"""Ctrl-C at any moment is a word and an exit code, from the first import on."""

import signal
import subprocess
import sys
import time

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
def test_ctrl_c_while_the_command_starts_is_no_traceback(part):
    """Stopped at a part of the time that the command takes to say its help, counted from where its own first line runs."""
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); print(1, flush=True); sys.argv = ['realpolitik', "
        "'--help']; from realpolitik.__main__ import main; main()"
    )
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    whole = time.monotonic() - began
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        time.sleep(part * whole)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    # the last: in the moment in which the interpreter takes its leave
    assert (process.returncode, said) in ((130, "stopped\n"), (0, ""), (-signal.SIGINT, ""))
