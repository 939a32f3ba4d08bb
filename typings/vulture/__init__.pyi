from vulture.core import Vulture as Vulture
