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
