package tape

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/vhs/lexer"
	"github.com/charmbracelet/vhs/parser"
	"github.com/charmbracelet/vhs/token"

	"lenswatch/cli/console"
)

// keys are the tape's keys as a terminal sends them.
var keys = map[parser.CommandType]string{
	token.ENTER: "\r", token.ESCAPE: "\x1b", token.TAB: "\t", token.SPACE: " ",
	token.UP: "\x1b[A", token.DOWN: "\x1b[B", token.RIGHT: "\x1b[C", token.LEFT: "\x1b[D",
}

// readTape reads demo.tape by VHS's own grammar. What VHS does not know is an error.
func readTape(t *testing.T) []parser.Command {
	t.Helper()
	text, err := os.ReadFile("../../demo.tape")
	if err != nil {
		t.Fatal(err)
	}
	p := parser.New(lexer.New(string(text)))
	commands := p.Parse()
	for _, err := range p.Errors() {
		t.Errorf("demo.tape: %v", err)
	}
	if len(commands) == 0 || t.Failed() {
		t.Fatal("demo.tape says nothing")
	}
	return commands
}

// VHS ignores a Set that arrives late, and the pauses for who looks on must leave time for the story.
func TestTapeIsWellMade(t *testing.T) {
	started, pauses := false, time.Duration(0)
	for _, c := range readTape(t) {
		switch c.Type {
		case token.SET:
			if started {
				t.Errorf("Set %s comes after the first command", c.Options)
			}
		case token.OUTPUT:
			if c.Args != "demo.gif" {
				t.Errorf("the tape writes %s, which is not ignored by git", c.Args)
			}
		case token.SLEEP:
			d, err := time.ParseDuration(c.Args)
			if err != nil {
				t.Error(err)
			}
			pauses += d
		default:
			started = true
		}
	}
	if pauses > 20*time.Second {
		t.Errorf("the tape pauses for %v; the story has to fit into a minute", pauses)
	}
}

// Played on a terminal, the tape comes to its end: every Wait finds what it waits for. Sleeps are left
// out: they are for who looks on.
func TestTapeTellsItsStory(t *testing.T) {
	if testing.Short() {
		t.Skip("the story takes most of a minute")
	}
	commands := readTape(t)
	t.Chdir("../..") // the tape is typed at the root of the project
	c := console.Open(t, shellEnv(t, commands), "bash", "--noprofile", "--norc", "+o", "history")
	for _, cmd := range commands {
		play(t, c, cmd)
	}
	c.WaitRestored() // until then lenswatch may still take what is typed
	c.Press("exit\r")
	if err := c.Ended(); err != nil {
		t.Fatalf("%v\n%s", err, c.Screen())
	}
}

// shellEnv is what the shell of a tape needs: VHS's prompt, what the tape sets, and the go command's own
// folders.
func shellEnv(t *testing.T, commands []parser.Command) []string {
	t.Helper()
	env := []string{"PS1=> ", "LC_ALL=C.UTF-8"}
	for _, c := range commands {
		if c.Type == token.ENV {
			env = append(env, c.Options+"="+c.Args)
		}
	}
	return append(env, console.GoEnv(t)...)
}

// play does what a command of the tape says.
func play(t *testing.T, c *console.Console, cmd parser.Command) {
	t.Helper()
	switch cmd.Type {
	case token.SET, token.OUTPUT, token.ENV, token.SLEEP:
	case token.TYPE:
		c.Press(cmd.Args)
	case token.WAIT:
		where, pattern, _ := strings.Cut(cmd.Args, " ")
		re, err := regexp.Compile(pattern)
		if where != "Screen" || pattern == "" || err != nil {
			t.Fatalf("Wait+%s /%s/: only Wait+Screen with a pattern is played here (%v)", where, pattern, err)
		}
		c.WaitFor("/"+pattern+"/", re.MatchString)
	default:
		key, ok := keys[cmd.Type]
		times, err := strconv.Atoi(cmd.Args)
		if !ok || err != nil {
			t.Fatalf("%v is not played here", cmd)
		}
		c.Press(strings.Repeat(key, times))
	}
}
