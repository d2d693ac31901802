"""The study of quantization: how few bits, rounded after training or trained with, in which kind of code?"""
