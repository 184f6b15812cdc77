"""Pictures of images, animations, and controls that change a picture; their names are those of opsin itself."""

from .animate import animate
from .compare import compare, show_matches
from .explore import Explorer, explore
from .figures import save_figure
from .overlay import overlay
from .show import show

__all__ = ["Explorer", "animate", "compare", "explore", "overlay", "save_figure", "show", "show_matches"]
