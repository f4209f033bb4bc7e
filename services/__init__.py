"""One folder per deployable service; services never import each other."""
