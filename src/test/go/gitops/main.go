// What the tools of a GitOps pipeline make of an object: the rules of kstatus, asked of the library by which Flux
// waits, and a health check, run by gopher-lua in the version that Argo CD embeds, with the libraries that it opens.
//
// It reads one JSON object on standard input, {"health": LUA, "objects": [OBJECT…]}, and prints the verdicts as a JSON
// array, in the order of the objects.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

type question struct {
	Health  string            `json:"health"`
	Objects []json.RawMessage `json:"objects"`
}

// verdict is what each tool says; Trouble is why a tool could not judge.
type verdict struct {
	Kstatus        string `json:"kstatus"`
	KstatusMessage string `json:"kstatusMessage"`
	Health         string `json:"health"`
	HealthMessage  string `json:"healthMessage"`
	Trouble        string `json:"trouble"`
}

func main() {
	verdicts, err := answer(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer(input io.Reader) ([]verdict, error) {
	var asked question
	if err := json.NewDecoder(input).Decode(&asked); err != nil {
		return nil, err
	}
	verdicts := []verdict{}
	for _, raw := range asked.Objects {
		object := map[string]any{}
		// As clients of Kubernetes decode: whole numbers become int64, which kstatus insists on.
		if err := utiljson.Unmarshal(raw, &object); err != nil {
			return nil, err
		}
		verdicts = append(verdicts, judge(object, asked.Health))
	}
	return verdicts, nil
}

func judge(object map[string]any, script string) verdict {
	var said verdict
	result, err := status.Compute(&unstructured.Unstructured{Object: object})
	if err != nil {
		said.Trouble = "kstatus: " + err.Error()
		return said
	}
	said.Kstatus = result.Status.String()
	said.KstatusMessage = result.Message
	if said.Health, said.HealthMessage, err = health(object, script); err != nil {
		said.Trouble = "Lua: " + err.Error()
	}
	return said
}

// health runs the script as Argo CD does: a second, and only these libraries. Argo CD also opens os with nothing but
// its clock, which no health check of ours may need.
func health(object map[string]any, script string) (string, string, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage},
		{lua.BaseLibName, lua.OpenBase},
		{lua.TabLibName, lua.OpenTable},
	} {
		call := lua.P{Fn: state.NewFunction(library.open), Protect: true}
		if err := state.CallByParam(call, lua.LString(library.name)); err != nil {
			return "", "", err
		}
	}
	limit, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(limit)
	state.SetGlobal("obj", value(state, object))
	if err := state.DoString(script); err != nil {
		return "", "", err
	}
	table, isTable := state.Get(-1).(*lua.LTable)
	if !isTable {
		return "", "", fmt.Errorf("the script returns a %s, where a table is expected", state.Get(-1).Type())
	}
	var trouble error
	table.ForEach(func(key, entry lua.LValue) {
		if key.String() != "status" && key.String() != "message" || entry.Type() != lua.LTString {
			trouble = fmt.Errorf("the script returns %s = %s", key, entry)
		}
	})
	return lua.LVAsString(table.RawGetString("status")), lua.LVAsString(table.RawGetString("message")), trouble
}

func value(state *lua.LState, from any) lua.LValue {
	switch typed := from.(type) {
	case bool:
		return lua.LBool(typed)
	case int64:
		return lua.LNumber(typed)
	case float64:
		return lua.LNumber(typed)
	case string:
		return lua.LString(typed)
	case []any:
		table := state.CreateTable(len(typed), 0)
		for _, item := range typed {
			table.Append(value(state, item))
		}
		return table
	case map[string]any:
		table := state.CreateTable(0, len(typed))
		for key, item := range typed {
			table.RawSetString(key, value(state, item))
		}
		return table
	}
	return lua.LNil
}
