"""The learner's folder: its exercise files, the progress, and the lock under which the progress is written."""
