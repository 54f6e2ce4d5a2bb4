"""A throwaway bench for trying and testing the app, made from package registries alone.

Everything it makes lies in `.sandbox/` of the checkout. Nothing here is part of the app.
"""
