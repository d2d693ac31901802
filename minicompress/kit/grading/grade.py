"""Grade one answer, in this process: run every check (`recording.py`), then explain the failures (`diagnosis/`)."""

import contextlib

from minicompress.kit.grading.recording import record

__all__ = ["grade_function"]


def grade_function(exercise, function, *, with_diagnosis=True):
    """Results of every check for a function, in this process and without limits of time and memory."""
    results, tapes = record(exercise, function)
    if with_diagnosis:
        from minicompress.kit.grading.diagnosis.diagnose import diagnose
        from minicompress.kit.grading.diagnosis.remarks import remarks

        with contextlib.suppress(MemoryError):
            diagnose(exercise, results, tapes)
            for name, text in remarks(exercise, results, function):
                result = next(result for result in results if result.name == name)
                result.message += f"\n{text}"
    return results
