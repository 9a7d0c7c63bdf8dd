"""Runs a command and prints its seconds by the clock and of processor time, with all processes that it started.

    timed.py LOG COMMAND...
"""
import ctypes
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36  # orphans, such as executors that outlive the driver, come here to be counted

ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
begun = time.monotonic()
with open(sys.argv[1], "wb") as log:
    status = subprocess.call(sys.argv[2:], stdout=log, stderr=subprocess.STDOUT)
ended = time.monotonic()
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{ended - begun:.2f} {used.ru_utime + used.ru_stime:.2f}")
sys.exit(status)
