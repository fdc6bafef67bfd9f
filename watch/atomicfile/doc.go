// Package atomicfile replaces a small file as a whole.
//
// What it promises: whoever reads the file finds the old text or the new one, never a part, also
// when the process or the machine stops in between. Only its owner may read it, from the first
// moment on. On Windows, which knows no such promise of the machine, it holds as far as the
// system replaces a file in one step.
package atomicfile
