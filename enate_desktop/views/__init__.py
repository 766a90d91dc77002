"""What a person sees: pages, dialogs, delegates and the window around them, in Qt Widgets."""
