// Package simulator is the Archetype Lens API on loopback.
package simulator
