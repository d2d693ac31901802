"""`verify` proves the graders that are named, and its exit status says whether all proofs hold."""

from minicompress.kit.proof import verification
from minicompress.kit.proof.verification import Verification


def test_a_proof_that_does_not_hold_makes_the_status_1(command, monkeypatch):
    def survived(exercises):
        yield Verification(exercises[0], points=3, counts={"mutant": 3}, survivors=["x -> y"])

    monkeypatch.setattr(verification, "verify_exercises", survived)
    status, printed, _ = command("verify", "weight_pruning")
    assert status == 1
    assert "mutant survives: x -> y" in printed
    assert "75.0 % of those that differ" in " ".join(printed.split())
    assert "Not all graders are verified" in printed


def test_the_named_exercises_are_verified_once_each_and_the_status_is_0_if_all_hold(command, monkeypatch):
    asked = []

    def hold(exercises):
        for exercise in exercises:
            asked.append(exercise.id)
            yield Verification(exercise, points=3, counts={"mutant": 3}, survivors=[])

    monkeypatch.setattr(verification, "verify_exercises", hold)
    status, printed, _ = command("verify", "weight_pruning", "quantization/quantization", "pruning/weight_pruning")
    assert (status, asked) == (0, ["pruning/weight_pruning", "quantization/quantization"])
    assert all(exercise in printed for exercise in asked)
