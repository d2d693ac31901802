"""The study of orders: which order of distillation, pruning and quantization wins, at equal bytes?"""
