"""Answers to pruning/structure_pruning that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


@right
def deletes_rows_and_columns_layer_by_layer(weights, biases, sparsity):
    if sparsity != sparsity or sparsity < 0 or sparsity >= 1:
        raise ValueError("sparsity")
    if len(weights) != len(biases):
        raise ValueError("biases")
    for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
        if b.ndim != 1 or w.shape[0] != b.shape[0] or (i > 0 and w.shape[1] != weights[i - 1].shape[0]):
            raise ValueError("shapes")
    new_weights, new_biases = [w.copy() for w in weights], [b.copy() for b in biases]
    for i in range(len(weights) - 1):
        norms = np.linalg.norm(weights[i].astype(np.float64), axis=1)
        # Reversed, so that among equals the stable sort puts the higher index first.
        weakest_first = len(norms) - 1 - np.argsort(norms[::-1], kind="stable")
        gone = weakest_first[: int(sparsity * len(norms))]
        new_weights[i] = np.delete(new_weights[i], gone, axis=0)
        new_biases[i] = np.delete(new_biases[i], gone)
        new_weights[i + 1] = np.delete(new_weights[i + 1], gone, axis=1)
    return new_weights, new_biases


@right
def boolean_masks_and_python_lists(weights, biases, sparsity):
    if not (sparsity >= 0 and sparsity < 1):
        raise ValueError("sparsity")
    sizes = [weights[0].shape[1]] + [w.shape[0] for w in weights]
    if [w.shape for w in weights] != list(zip(sizes[1:], sizes[:-1], strict=True)):
        raise ValueError("weights")
    if [b.shape for b in biases] != [(n,) for n in sizes[1:]]:
        raise ValueError("biases")
    kept_before, result = [True] * sizes[0], ([], [])
    for i in range(len(weights)):
        kept = [True] * sizes[i + 1]
        if i + 1 < len(weights):
            squares = [float(np.dot(row, row)) for row in weights[i].astype(np.float64)]
            for _ in range(int(sparsity * len(kept))):
                alive = [j for j in range(len(kept)) if kept[j]]
                kept[min(alive, key=lambda j: (squares[j], -j))] = False
        result[0].append(weights[i][kept][:, kept_before])
        result[1].append(biases[i][kept])
        kept_before = kept
    return result


@right
def selection_matrices(weights, biases, sparsity):
    """S w and S b with S made of rows of the identity."""
    if not 0 <= sparsity < 1 or len(weights) != len(biases):
        raise ValueError("arguments")
    before, new_weights, new_biases = np.eye(weights[0].shape[1]), [], []
    for w, b in zip(weights, biases, strict=True):
        if b.shape != w.shape[:1] or w.shape[1] != before.shape[1]:
            raise ValueError("shapes")
        n = len(w)
        rank = np.lexsort((np.arange(n), -np.einsum("oi,oi->o", np.float64(w), np.float64(w))))
        last = len(new_weights) + 1 == len(weights)
        chosen = sorted(rank[: n if last else n - int(sparsity * n)].tolist())
        select = np.eye(n)[chosen]
        new_weights.append((select @ w @ before.T).astype(w.dtype))
        new_biases.append((select @ b).astype(b.dtype))
        before = select
    return new_weights, new_biases


EQUIVALENT_MUTANTS = {
    "swapped: new_weights.append(w[np.ix_(rows, columns)]) | new_biases.append(biases[i][rows])": "two separate lists",
}
