"""What a contestant of the bench in Python says on its standard output: see `protocol.ts`."""
import json
import resource
import sys
import time


def say(**message):
    print(json.dumps(message), flush=True)


def take_part(about, prepare):
    """Says that it is ready once `prepare()` has given what is run, then runs it for every line `run` on standard input."""
    start = time.perf_counter()
    run = prepare()
    say(tag="ready", setupMs=1000 * (time.perf_counter() - start), about=about)
    for line in sys.stdin:
        if line.strip() != "run":
            continue
        before, cpu = time.perf_counter(), time.process_time()
        run()
        elapsed = 1000 * (time.perf_counter() - before)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(tag="ran", ms=elapsed, cpuMs=1000 * (time.process_time() - cpu), peakRssMB=peak)
