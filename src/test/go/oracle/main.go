// The oracle says what the reader of aws-auth, aws-iam-authenticator, makes of a document: it calls the authenticator's
// own packages, so that tests do not have to trust our own reading of its source.
//
// It speaks a line protocol: one JSON request per line on standard input, one JSON reply per line on standard output, in
// order. It ends when standard input ends.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/sirupsen/logrus"
	"sigs.k8s.io/aws-iam-authenticator/pkg/arn"
	"sigs.k8s.io/aws-iam-authenticator/pkg/config"
	"sigs.k8s.io/aws-iam-authenticator/pkg/mapper/configmap"
)

// request asks either for a reading of aws-auth (the three sections, each absent when null, and the canonical ARNs to
// look up) or, with Canonicalize, for the canonical form of ARNs.
type request struct {
	MapRoles     *string  `json:"mapRoles"`
	MapUsers     *string  `json:"mapUsers"`
	MapAccounts  *string  `json:"mapAccounts"`
	SSORoleMatch bool     `json:"ssoRoleMatch"`
	ARNs         []string `json:"arns"`
	Canonicalize []string `json:"canonicalize"`
}

// reading is what the authenticator keeps of a document. Errors holds what it logs, by section; entries are in document
// order, before duplicates are resolved.
type reading struct {
	Errors   map[string]string `json:"errors"`
	Roles    []role            `json:"roles"`
	Users    []user            `json:"users"`
	Accounts []string          `json:"accounts"`
	Lookups  []lookup          `json:"lookups"`
}

type role struct {
	RoleARN  string   `json:"rolearn"`
	SSO      *sso     `json:"sso"`
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
	UserID   string   `json:"userid"`
}

type sso struct {
	PermissionSetName string `json:"permissionSetName"`
	AccountID         string `json:"accountID"`
	Partition         string `json:"partition"`
}

type user struct {
	UserARN  string   `json:"userarn"`
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
	UserID   string   `json:"userid"`
}

// lookup holds every identity an ARN can become: none when it is not mapped, several when the order of a Go map decides.
type lookup struct {
	ARN        string     `json:"arn"`
	Identities []identity `json:"identities"`
}

// identity is a result of the authenticator's mapping before its templates are filled in.
type identity struct {
	Section  string   `json:"section"`
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
}

type canonical struct {
	ARN       string `json:"arn"`
	Canonical string `json:"canonical"`
	Error     string `json:"error"`
}

func main() {
	// ParseMap logs each malformed document; the same text is in the reply.
	logrus.SetOutput(io.Discard)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		// Not a bufio.Scanner: it refuses lines beyond a fixed length, and a document may be any size.
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			fail(err)
		}
		reply, err := json.Marshal(answer(line))
		if err != nil {
			fail(err)
		}
		out.Write(reply)
		out.WriteByte('\n')
		if err := out.Flush(); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "oracle:", err)
	os.Exit(1)
}

func answer(line []byte) any {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return map[string]string{"failure": "not a request: " + err.Error()}
	}
	if asked.Canonicalize != nil {
		return map[string]any{"canonicalized": canonicalize(asked.Canonicalize)}
	}
	return read(asked)
}

func canonicalize(arns []string) []canonical {
	answers := make([]canonical, 0, len(arns))
	for _, each := range arns {
		_, text, err := arn.Canonicalize(each)
		answer := canonical{ARN: each, Canonical: text}
		if err != nil {
			answer.Error = err.Error()
		}
		answers = append(answers, answer)
	}
	return answers
}

func read(asked request) reading {
	config.SSORoleMatchEnabled = asked.SSORoleMatch
	result := reading{Errors: map[string]string{}, Roles: []role{}, Users: []user{}}

	// ParseMap treats the sections independently of each other, but its one error hides which section is to blame:
	// one call a section tells.
	parse := func(section string, text *string) ([]config.UserMapping, []config.RoleMapping, []string) {
		data := map[string]string{}
		if text != nil {
			data[section] = *text
		}
		users, roles, accounts, err := configmap.ParseMap(data)
		if err != nil {
			result.Errors[section] = err.Error()
		}
		return users, roles, accounts
	}
	_, roles, _ := parse("mapRoles", asked.MapRoles)
	users, _, _ := parse("mapUsers", asked.MapUsers)
	_, _, accounts := parse("mapAccounts", asked.MapAccounts)

	for _, each := range roles {
		entry := role{RoleARN: each.RoleARN, Username: each.Username, Groups: listOf(each.Groups), UserID: each.UserId}
		if each.SSO != nil {
			entry.SSO = &sso{each.SSO.PermissionSetName, each.SSO.AccountID, each.SSO.Partition}
		}
		result.Roles = append(result.Roles, entry)
	}
	for _, each := range users {
		result.Users = append(result.Users, user{each.UserARN, each.Username, listOf(each.Groups), each.UserId})
	}
	result.Accounts = listOf(accounts)
	result.Lookups = lookUp(asked.ARNs, users, roles, accounts)
	return result
}

// lookUp re-states what is not exported or hidden behind an API server. From pkg/mapper/configmap (MapStore): saveMap
// fills one map a section, keyed by Key(), so that a later entry replaces an earlier one with the same key; RoleMapping
// and UserMapping return the first entry whose Matches() holds while ranging over that map, in Go's random order. From
// ConfigMapMapper.Map: the canonical ARN is lowercased, roles are asked before users. From pkg/server (doMapping): the
// account list is asked only after a miss, and gives the canonical ARN as the username, with no groups.
func lookUp(arns []string, users []config.UserMapping, roles []config.RoleMapping, accounts []string) []lookup {
	roleByKey := make(map[string]config.RoleMapping, len(roles))
	for _, each := range roles {
		roleByKey[each.Key()] = each
	}
	userByKey := make(map[string]config.UserMapping, len(users))
	for _, each := range users {
		userByKey[each.Key()] = each
	}

	// Thousands of ARNs over thousands of rows: ask Matches() only of rows that can match. A row of a permission set
	// stands under no ARN, and any ARN can match it.
	rolesByARN := map[string][]config.RoleMapping{}
	for _, each := range roleByKey {
		rolesByARN[folded(each.RoleARN)] = append(rolesByARN[folded(each.RoleARN)], each)
	}
	usersByARN := map[string][]config.UserMapping{}
	for _, each := range userByKey {
		usersByARN[folded(each.UserARN)] = append(usersByARN[folded(each.UserARN)], each)
	}

	lookups := make([]lookup, 0, len(arns))
	for _, each := range arns {
		subject := strings.ToLower(each)
		found := []identity{}
		for _, entry := range slices.Concat(rolesByARN[folded(subject)], rolesByARN[""]) {
			if entry.Matches(subject) {
				found = append(found, identity{"mapRoles", entry.Username, listOf(entry.Groups)})
			}
		}
		if len(found) == 0 {
			for _, entry := range usersByARN[folded(subject)] {
				if entry.Matches(subject) {
					found = append(found, identity{"mapUsers", entry.Username, listOf(entry.Groups)})
				}
			}
		}
		if len(found) == 0 && slices.Contains(accounts, accountOf(each)) {
			found = append(found, identity{"mapAccounts", each, []string{}})
		}
		lookups = append(lookups, lookup{each, distinct(found)})
	}
	return lookups
}

// folded is the same for two texts exactly if strings.EqualFold holds for them.
func folded(text string) string {
	return strings.Map(func(letter rune) rune {
		least := letter
		for other := unicode.SimpleFold(letter); other != letter; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, text)
}

// accountOf stands in for the account that STS reports beside the ARN; STS reports the one that the ARN names.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

func distinct(found []identity) []identity {
	byText := func(one, other identity) int {
		return strings.Compare(fmt.Sprintf("%q", one), fmt.Sprintf("%q", other))
	}
	slices.SortFunc(found, byText)
	return slices.CompactFunc(found, func(one, other identity) bool { return byText(one, other) == 0 })
}

func listOf(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}
