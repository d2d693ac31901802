"""The study of pruning: which way keeps how much accuracy, from 50% to 99% sparsity?"""
