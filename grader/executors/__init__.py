"""Many gradings at once: in this process, or in several on this machine."""
