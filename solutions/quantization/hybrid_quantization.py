"""Exercise quantization/hybrid_quantization: the bit width of each layer, exactly, under a budget of bytes.

Question card: exercises/quantization/hybrid_quantization.md (中文：hybrid_quantization.zh.md)
Check it with: minicompress check quantization/hybrid_quantization
"""

import numpy as np


def hybrid_quantization(costs, sizes, bits, budget):
    """Return the bit width of each layer, so that the costs add up to the least and the bytes fit into the budget.

    costs
        Array of float32 or float64 (layers, choices), of any sign and magnitude; totals are added in float64.
        costs[l, j] is what the loss rises by when layer l has bits[j] bits; costs of layers add up.
    sizes
        List of int, the number of weights of each layer.
    bits
        List of different int, the widths to choose from, in any order, the same for all layers.
    budget
        Int, bytes. A layer of n weights with b bits takes ceil(n b / 8) bytes, each layer rounded up by itself. The sum
        over the layers may be equal to the budget.

    Returns a list with one of `bits` for each layer. The choice is exact: no other that fits has a lower total cost.
    Among those of equal cost it is one of fewest bytes. (In the checks that leaves one answer.)

    Checks go up to 40 layers with 4 widths and budgets of a few thousand bytes: trying all choices would take for ever.

    Raises ValueError if costs are not of shape (len(sizes), len(bits)) or not finite, and if nothing fits.

    中文：为每层选择位宽，使总代价最小且字节数不超过预算，返回每层位宽的列表。costs[l, j] 是第 l 层用 bits[j] 位时损失
    的增量（可为负），各层代价相加；sizes 是各层的权重数；bits 是可选的位宽，次序任意；budget 是字节数。n 个权重用
    b 位占 ceil(n b / 8) 字节，每层各自向上取整，总和可以等于预算。选择必须精确：没有别的可行选择代价更低；代价相等时
    取字节较少的。检查中最多 40 层、4 种位宽，不能穷举。costs 形状不是 (len(sizes), len(bits))、含 NaN 或无穷大、
    或没有任何选择放得下，抛出 ValueError。
    """
    ### BEGIN SOLUTION
    if costs.shape != (len(sizes), len(bits)) or not np.isfinite(costs).all():
        raise ValueError("hybrid_quantization: costs must be finite, one for each layer and bit width")
    best = {0: (0.0, [])}  # bytes used so far: the least cost of exactly so many, and the widths
    for i, n in enumerate(sizes):
        reached = {}
        for used, (cost, chosen) in best.items():
            for j, b in enumerate(bits):
                now, total = used + -(-n * b // 8), cost + costs[i, j]
                if now <= budget and (now not in reached or total < reached[now][0]):
                    reached[now] = total, [*chosen, b]
        best = reached
    found = min(((cost, used, chosen) for used, (cost, chosen) in best.items()), default=None)
    if found is None:
        raise ValueError(f"hybrid_quantization: nothing fits into a budget of {budget} bytes")
    return found[2]
    ### END SOLUTION
