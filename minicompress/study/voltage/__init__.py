"""The study of voltage: how low may the voltage of the weights' memory go?"""
