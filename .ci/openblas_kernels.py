"""Print a name for each kernel that NumPy's OpenBLAS can use on this processor, without the one that it uses anyway."""

import os
import subprocess
import sys

NAMES = ("Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids")
PROBE = """
import numpy as np
import threadpoolctl
rng = np.random.default_rng(0)
for dtype in (np.float32, np.float64):
    a, b = rng.standard_normal((2, 200, 200)).astype(dtype)
    np.testing.assert_allclose(a @ b, np.einsum("ij,jk->ik", a, b), atol=1e-3)
print(*(found["architecture"] for found in threadpoolctl.threadpool_info() if found["internal_api"] == "openblas"))
"""


def architecture(environment):
    """The kernel that is used in an environment; empty if this processor lacks its instructions."""
    probe = subprocess.run([sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=False)
    return probe.stdout.strip()


seen = {architecture(os.environ), ""}
for name in NAMES:
    used = architecture(os.environ | {"OPENBLAS_CORETYPE": name})
    if used not in seen:
        seen.add(used)
        print(name)
