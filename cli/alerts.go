package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/units"
	"lenswatch/watch"
	"lenswatch/watch/alerts"
	"lenswatch/watch/replay"
)

func newAlerts(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "List the alert rules of the settings",
		Long: `alerts lists the alert rules in the settings file ([rules.NAME] sections).

tail and the screen apply them; alerts test runs them over a recording.`,
		Example: "lenswatch alerts\nlenswatch alerts test run.ndjson",
		Args:    noSuchSubcommand,
		RunE:    func(*cobra.Command, []string) error { return listAlerts(env) },
	}
	output := ""
	test := &cobra.Command{
		Use:   "test file",
		Short: "Run the alert rules over a recording",
		Long: `test runs the alert rules over a recording and prints when each would have fired and resolved. It runs no command and calls
no webhook.`,
		Example:           "lenswatch alerts test run.ndjson\nlenswatch alerts test run.ndjson.zst -o json",
		Args:              oneArg("alerts test requires one recording, such as run.ndjson"),
		ValidArgsFunction: completeFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return testAlerts(cmd.Context(), env, output, args[0])
		},
	}
	outputFlag(test, &output, "text", "json")
	cmd.AddCommand(test)
	return cmd
}

func listAlerts(env Env) error {
	settings, err := env.config()
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, r := range settings.Rules {
		fmt.Fprintf(&b, "%-16s %s\n%-16s → %s\n", client.Line1(r.Name), conditionText(r), "", actionText(r))
		if secretMissing(env, r) {
			fmt.Fprintf(&b, "%-16s ! environment variable %s is not set: tail and the screen will not start\n", "", client.Line1(r.SecretVariable))
		}
		if err := r.CheckCommand(); err != nil {
			fmt.Fprintf(&b, "%-16s ! %v: tail and the screen will not start\n", "", err)
		}
		if err := r.CheckLive(time.Now()); err != nil {
			fmt.Fprintf(&b, "%-16s ! %v\n", "", err)
		}
	}
	if len(settings.Rules) == 0 {
		b.WriteString("No alert rules. Add a [rules.NAME] section to the settings file (examples: docs/alerts.md).\n")
	}
	_, err = env.Stdout.Write([]byte(b.String()))
	return err
}

func conditionText(r alerts.Rule) string {
	var parts []string
	for _, m := range r.Match {
		parts = append(parts, client.Line1(m))
	}
	add := func(on bool, format string, args ...any) {
		if on {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(r.Label != "", "label %s", client.Line1(r.Label))
	add(r.Below > 0, "confidence below %.3g %%", r.Below*100)
	add(r.HeldFor > 0, "held for %s", units.Duration(r.HeldFor))
	add(len(r.Verdicts) > 0, "verdict %s", strings.Join(r.Verdicts, " or "))
	add(r.NoResultFor > 0, "no result for %s", units.Duration(r.NoResultFor))
	text := strings.Join(parts, ", ")
	switch {
	case r.Count == 1:
		text += ", once within " + units.Duration(r.Within)
	case r.Count > 1:
		text += fmt.Sprintf(", %d times within %s", r.Count, units.Duration(r.Within))
	}
	return text
}

func actionText(r alerts.Rule) string {
	coloured := "coloured (" + client.Line1(r.Highlight) + ")"
	if r.OnlyHighlights() {
		return coloured + ", no alert"
	}
	parts := []string{"listed"}
	add := func(on bool, text string) {
		if on {
			parts = append(parts, text)
		}
	}
	add(r.Highlight != "", coloured)
	add(r.Bell, "bell")
	add(r.Notify, "notification")
	if len(r.Command) > 0 {
		add(true, "command "+client.Line1(r.Command[0]))
	}
	switch {
	case r.SecretVariable != "":
		add(true, "webhook signed with "+client.Line1(r.SecretVariable))
	case r.Webhook != "":
		add(true, "webhook")
	}
	cooldown := cmp.Or(r.Cooldown, alerts.DefaultCooldown)
	return strings.Join(parts, ", ") + "; cooldown " + units.Duration(cooldown)
}

func testAlerts(ctx context.Context, env Env, output, path string) error {
	settings, err := env.config()
	if err != nil {
		return err
	}
	if len(settings.Rules) == 0 {
		return usagef("the settings have no rules to test; see `lenswatch alerts --help`")
	}
	engine, err := alerts.NewEngine(settings.Rules)
	if err != nil {
		return usageError{err}
	}
	if engine.Tested() == 0 {
		return usagef("no rules to test: all rules only highlight")
	}
	player, err := replay.Open(ctx, path, replay.Options{Speed: replay.Max, Stop: true})
	if err != nil {
		return fileError(err)
	}
	store := watch.NewStore(player.Services(), watch.NoHistory)
	store.SetThresholds(settings.Thresholds)
	out := newOutput(ctx, env.Stdout)
	defer out.Close()
	watch.Follow(ctx, player, store, func(now time.Time, b *watch.Batch) bool {
		var changes []alerts.Change
		if b != nil {
			changes = engine.Batch(b)
		} else {
			changes = engine.Second(now, store)
		}
		var text []byte
		for i := range changes {
			if output == "json" {
				text = append(text, alerts.Payload(&changes[i])...)
				continue
			}
			text = append(text, changes[i].At.Local().Format(stampFile)+" "+changeText(&changes[i])+"\n"...)
		}
		if len(text) > 0 {
			_, err = out.Write(text)
		}
		return err == nil
	})
	if cut := player.Position().Cut; cut != nil {
		env.say(cut.Error())
	}
	for _, trouble := range engine.Troubles() {
		env.say(trouble)
	}
	for _, r := range settings.Rules {
		if !r.OnlyHighlights() && engine.Fired(r.Name) == 0 {
			env.say("rule " + client.Line1(r.Name) + " did not fire" + ofPayload(r))
		}
	}
	if closed := player.Close(); err == nil {
		err = closed
	}
	return err
}

// ofPayload says what jq expressions of a rule are about, as that is not what tail writes.
func ofPayload(r alerts.Rule) string {
	if !slices.ContainsFunc(r.Match, func(m string) bool { return strings.HasPrefix(strings.TrimLeft(m, "! "), ".") }) {
		return ""
	}
	return "; its jq expression is about the payload of an event, which `tail -o json` has in raw"
}
