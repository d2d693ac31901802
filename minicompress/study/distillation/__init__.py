"""The study of distillation: where does a teacher help, and where does it not?"""
