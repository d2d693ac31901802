"""The grader: what graded checks, wrong and right answers are written with.

Read in this order: `checks.py` (what a check is), `submission.py` (how it calls an answer), `comparison/compare.py`
(how a difference is reported), `grade.py` and `diagnosis/diagnose.py` (how a failure is diagnosed),
`diagnosis/remarks.py` (what is reported where that fails), `child_process/supervisor.py` (how an answer is kept from
doing harm).
"""

from minicompress.kit.grading.checks import graded
from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.diagnosis.answers import right, same_mistake, wrong
from minicompress.kit.grading.submission import Submission

__all__ = ["CheckFailed", "Submission", "graded", "right", "same_mistake", "wrong"]
