# Sets of elements, each a tree in which every element has a parent, and the root itself. tests/uncompiled.py has the
# same in Python.
ctypedef fused Element:
    int
    long long


# The root of an element's tree; the path to it is halved.
cdef inline Element root(Element[::1] parents, Element element) noexcept nogil:
    while parents[element] != element:
        parents[element] = parents[parents[element]]
        element = parents[element]
    return element
