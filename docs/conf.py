"""How Sphinx makes the pages of the documentation."""  # noqa: INP001 - settings, no package

from importlib.metadata import version as _version

project = "lossmodel"
author = "The lossmodel authors"
copyright = author  # noqa: A001 - the name that Sphinx reads
version = release = _version("lossmodel")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "lossmodel"
myst_heading_anchors = 4
autodoc_typehints = "none"
autodoc_member_order = "alphabetical"
napoleon_google_docstring = False
napoleon_use_ivar = True
