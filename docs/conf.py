"""How the documentation is built: `make docs`. Every page works offline: no script, style or font from elsewhere."""

import sys
from pathlib import Path

from sphinx_gallery.sorting import ExplicitOrder

import opsin

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tools"))

project = "opsin"
copyright = "2026, the opsin developers"
version = release = opsin.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "gallery/GALLERY_HEADER.rst"]
default_role = "code"

numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 2

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "backreferences_dir": "gallery/backreferences",
    "filename_pattern": "/plot_",
    "ignore_pattern": r"(__init__|tour)\.py",
    "within_subsection_order": ExplicitOrder(
        [
            "plot_first_look.py",
            "plot_coins.py",
            "plot_histogram_classes.py",
            "plot_exposure.py",
            "plot_sketch.py",
            "plot_noise.py",
            "plot_corners.py",
            "plot_faces.py",
            "plot_discs.py",
            "plot_kmeans.py",
            "plot_polygons.py",
            "plot_color_rotation.py",
            "plot_rof.py",
            "plot_geometry.py",
            "plot_telephone.py",
            "plot_melody.py",
        ]
    ),
    "image_scrapers": ("matplotlib",),
    "write_computation_times": False,
    "show_memory": False,
    "show_signature": False,
    "remove_config_comments": True,
    "capture_repr": ("_repr_html_",),
    "thumbnail_size": (560, 280),
    "download_all_examples": False,
    "min_reported_time": 1e9,
}

html_theme = "pydata_sphinx_theme"
html_title = "opsin"
html_static_path = ["_static"]
html_css_files = ["opsin.css"]
html_logo = "_static/opsin.svg"
html_favicon = "_static/opsin.svg"
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {"index": [], "benchmarks": []}
html_theme_options = {
    "logo": {"text": "opsin"},
    "navigation_with_keys": False,
    "show_prev_next": False,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": [], "benchmarks": [], "guide/porting": []},
    "footer_start": ["copyright"],
    "footer_end": [],
}


def setup(app):
    """Draw the pictures of the reference before its pages are read."""
    import pictures

    app.connect("builder-inited", lambda app: pictures.write(HERE))
