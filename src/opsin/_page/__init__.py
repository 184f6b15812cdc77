"""One page, `page.js`, in two hosts: a notebook, by anywidget, and a browser, by a server on this computer."""
