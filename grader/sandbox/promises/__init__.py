"""What confinement promises, each promise tried for real in a live worker.

    for tried in try_promises(PROMISES, isolation="landlock"):
        tried.promise.says, tried.holds, tried.happened

A promise is a sentence, the worker's half of an attempt (`probes`: what a hostile
submission does) and the grading process's half, which looks at what that did to things
of our own (`bait`): a file that is still as it was, a socket that nobody reached, a
process that sleeps on. A worker's word that it failed counts only as the kernel's
refusal; whatever else goes wrong is a promise that was not shown to hold.
"""
