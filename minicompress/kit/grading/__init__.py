"""The grader: what graded checks, wrong and right answers are written with.

Read in this order: `checks.py` (what a check is), `submission.py` (how it calls an answer), `comparison.py` (how a
difference is said), `grade.py` and `diagnosis.py` (how a failure is diagnosed), `remarks.py` (what is said where that
fails), `supervisor.py` (how an answer is kept from doing harm).
"""

from minicompress.kit.grading.checks import graded
from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.diagnosis.answers import right, same_mistake, wrong
from minicompress.kit.grading.submission import Submission

__all__ = ["CheckFailed", "Submission", "graded", "right", "same_mistake", "wrong"]
