"""One tool in a process of its own: reads tasks as JSON lines, answers each with a JSON line.

Runs as a script beside this file, in the interpreter in which the tool is installed; it needs nothing of realpolitik. The first line
describes the models; a task names what to do and the tool's function of that name does it. The answer carries what the
function gave and its time, on the clock and on the processor.
"""

import json
import sys
import time


def serve(prepare):
    """Answer tasks until the input ends; ``prepare(models)`` gives the functions by name."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever a tool prints must not get among the answers
    do = prepare(json.loads(sys.stdin.readline()))
    answers.write(json.dumps({"ready": True}) + "\n")
    answers.flush()
    for line in sys.stdin:
        task = json.loads(line)
        began, used = time.perf_counter(), time.process_time()
        found = do[task.pop("do")](**task)
        found |= {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}
        answers.write(json.dumps(found) + "\n")
        answers.flush()
