"""Tasks that one package asks for and its neighbour on the same floor carries out."""

FOLLOW_ROSTER = "sync.follow_roster"  # organization: its roster has changed, its chats follow
