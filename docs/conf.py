"""How the documentation is built: `make docs`."""

import opsin

project = "opsin"
copyright = "2026, the opsin developers"
version = release = opsin.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_gallery.gen_gallery",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "gallery/GALLERY_HEADER.rst"]
default_role = "code"

numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_typehints = "none"
myst_heading_anchors = 2

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": "/plot_",
    "ignore_pattern": r"(__init__|tour)\.py",
    "write_computation_times": False,
    "show_memory": False,
    "download_all_examples": False,
    "matplotlib_animations": False,
    "min_reported_time": 1e9,
}

html_theme = "pydata_sphinx_theme"
html_title = "opsin"
html_static_path = ["_static"]
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": False,
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
}
