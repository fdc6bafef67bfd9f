package ui

import "testing"

// Times since the mark are offered where there is one.
func TestTimesSinceTheMarkNeedAMark(t *testing.T) {
	bubble(t, medium, func(t *testing.T, x *terminal, _ *fake) {
		x.press("t", "t")
		x.want("Timestamps: age")
		x.press("t")
		x.want("Timestamps: off")
		x.press("m", "t", "t", "t", "t")
		x.want("Timestamps: since the mark")
	})
}
