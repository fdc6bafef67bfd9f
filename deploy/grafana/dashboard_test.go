// Package grafana checks the dashboard against Grafana's own schema, as its Foundation SDK has it.
package grafana

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The dashboard is what the schema says: every member is one that the schema of a dashboard, of a panel of its type or of
// a Prometheus query has, none that is required is missing, and each has a value that is allowed.
func TestDashboardFitsGrafanasSchema(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	text, err := os.ReadFile("lenswatch.json")
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard.Dashboard
	if err := strict(text, &d); err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(d, panel map[string]any){
		func(d, _ map[string]any) { d["pannels"] = []any{} },
		func(_, p map[string]any) { p["options"].(map[string]any)["grapMode"] = "none" },
		func(_, p map[string]any) { p["targets"].([]any)[0].(map[string]any)["exprr"] = "up" },
		func(_, p map[string]any) { delete(p["options"].(map[string]any), "graphMode") },
	} {
		var wrong map[string]any
		if err := json.Unmarshal(text, &wrong); err != nil {
			t.Fatal(err)
		}
		change(wrong, wrong["panels"].([]any)[0].(map[string]any))
		bad, err := json.Marshal(wrong)
		if err != nil {
			t.Fatal(err)
		}
		if strict(bad, new(dashboard.Dashboard)) == nil {
			t.Error("what the schema does not allow is not found")
		}
	}
}

// strict reads a dashboard as the schema has it. The SDK reports no error as an empty list of them too.
func strict(text []byte, d *dashboard.Dashboard) error {
	err := d.UnmarshalJSONStrict(text)
	var all cog.BuildErrors
	if errors.As(err, &all) && len(all) == 0 {
		return nil
	}
	return err
}
