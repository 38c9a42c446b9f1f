"""Many gradings at once: in this process, in several on this machine, or on a cluster."""
