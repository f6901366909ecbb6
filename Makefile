# The index of what can be done here; `make` alone lists it. Recipes are one or two lines:
# what is longer is a script.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --warn-undefined-variables --no-print-directory
.DEFAULT_GOAL := help

# A JDK 25 or newer, found even when the default java is older.
JAVA_HOME := $(shell scripts/find-jdk)
export JAVA_HOME

MVN := mvn --batch-mode --no-transfer-progress
RUN_DIR := app/target/run
RUN_PORT ?= 4434
PGBOUNCER ?=

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: jdk
jdk:
	@scripts/find-jdk >/dev/null

.PHONY: build
build: jdk ## build app/target/slipway: bin/slipway and its jars
	$(MVN) --quiet -DskipTests package

.PHONY: run
run: build ## build, migrate and serve on a SQLite file, with no server installed
	scripts/run $(RUN_DIR) $(RUN_PORT)

.PHONY: image image-tar image-push
image: ## build the image into the local Docker daemon; IMAGE=its name, BASE=what it is built on
	scripts/image daemon

image-tar: ## build the image into image/target/image.tar
	scripts/image tar

image-push: ## build the image into the registry of IMAGE, with no Docker daemon
	scripts/image push

.PHONY: image-test
image-test: ## build the image and test it in Docker
	scripts/image-test

.PHONY: image-twice
image-twice: ## build the image twice from fresh clones: one commit gives one digest
	scripts/image-twice

.PHONY: image-jdk image-join
image-jdk: ## print the JDK that the image is made of, as version=…
	@sed -n 's/.*<jdk.version>Temurin-\(.*\)<.*/version=\1/p' pom.xml

image-join: ## join what was pushed as IMAGE-amd64 and IMAGE-arm64, sign it, print its digest
	@scripts/image-join

.PHONY: class-list
class-list: ## renew the list of classes that the image's archive holds, by running real work
	scripts/class-list

.PHONY: compose-test
compose-test: image ## start, restart, upgrade, roll back, and break the files of compose/
	scripts/compose-test

.PHONY: chart-test
chart-test: ## check the chart without a cluster: its suites, every rendering, Helm 3 and 4
	scripts/chart-test

.PHONY: chart-names
chart-names: ## render 10,000 pairs of releases and aliases: no two share an object or a selector
	scripts/chart-names.py

.PHONY: chart-package
chart-package: ## make the chart's archive and index, in app/target/chart
	scripts/chart-package

.PHONY: ci-test
ci-test: image ## check ci/ and .github/: linted, and their steps run against a database
	scripts/ci-test

.PHONY: tools
tools: ## install what the chart's tests need and is not there, and print its folder
	@scripts/tools

.PHONY: release-check release
release-check: ## whether this tree may be released as TAG=v1.2.3
	@scripts/release-check "$(TAG)"

release: ## publish chart and archives as TAG; .github/workflows/release.yml does it
	scripts/release "$(TAG)"

TAG ?=

.PHONY: dist dist-test
dist: build ## make the archives for machines without Docker, in app/target/dist
	scripts/dist

dist-test: dist ## unpack them elsewhere and use them
	scripts/dist-test

.PHONY: e2e e2e-helm4 e2e-all
e2e: image ## install, upgrade, break, and remove the chart on Kind; DATABASE=postgres, mysql, sqlite, memory
	scripts/e2e

e2e-helm4: image ## the same, with every step on Helm 4
	HELM=helm4 scripts/e2e

e2e-all: image ## the same on each of the four databases
	for database in postgres mysql sqlite memory; do DATABASE=$$database scripts/e2e; done

.PHONY: unit
unit: jdk ## run the unit tests, which need no server and no Docker; TEST='DsnTest#masks*' for some
	@rm -rf app/target/ran app/target/recorded
	$(MVN) --quiet test $(if $(TEST),-Dtest='$(TEST)')

TEST ?=

.PHONY: test
test: jdk ## run every test: Docker's where Docker answers, the rest always
	@rm -rf app/target/ran app/target/recorded
	$(MVN) verify || { scripts/what-ran; exit 1; }
	@scripts/what-ran

.PHONY: format
format: jdk ## format the Java code
	$(MVN) --quiet spotless:apply

.PHONY: coverage
coverage: jdk ## run every test and report line coverage: app/target/site/jacoco/index.html
	$(MVN) --activate-profiles coverage verify org.jacoco:jacoco-maven-plugin:report

.PHONY: mutation
mutation: jdk ## change the pure logic at random, and count what the unit tests notice; at least 80 %
	$(MVN) --projects app --also-make --activate-profiles mutation process-test-classes

.PHONY: pooler-suite
pooler-suite: jdk ## run the suites of migrations through PgBouncer in both modes; PGBOUNCER=another version's program
	$(MVN) --quiet test -Dslipway.servers=PGBOUNCER_SESSION,PGBOUNCER_TRANSACTION \
	  -Dslipway.pgbouncer=$(PGBOUNCER) \
	  -Dtest='PoolerMigrationIT,UpIT,DownIT,StatusIT,RepairIT,TransactionIT,SessionIT,HistoryIT,FailureIT,SchemaIT,FilesIT,AdoptIT,NamesIT,ConcurrencyIT,ConnectionIT,ReadinessIT'

.PHONY: pooler-soak
pooler-soak: jdk ## serve behind PgBouncer under load, with restarts: MINUTES=10 in each mode
	$(MVN) --quiet test -Dtest='PoolerIT#losesNo*' -Dslipway.pooler.seconds=$$(($(MINUTES) * 60))

MINUTES ?= 10
.PHONY: history-test
history-test: jdk ## run commands on many random histories, on each database that is available
	$(MVN) --quiet test -Dtest=HistoryModelIT -Dslipway.history.cases=1000

.PHONY: interleavings
interleavings: jdk ## run all random interleavings of migrations with changes of schemas and search paths
	$(MVN) test -Dtest=InterleavingsIT -Dslipway.interleavings.postgres=200 \
	  -Dslipway.interleavings.mysql=60 -Dslipway.interleavings.sqlite=60

.PHONY: fault-test
fault-test: jdk ## disturb runs at 100 points of their conversation with each database; prints the points by phase
	$(MVN) test -Dtest=FaultIT -Dslipway.fault.points=100

.PHONY: large-files
large-files: jdk ## apply files of 100 MB and statements of 20 MB in the chart's memory, on each database; prints peak memory
	$(MVN) --quiet test -Dtest='LargeFileIT#aLargeFile*' -Dslipway.large.megabytes=100 \
	  >app/target/large-files.log 2>&1; code=$$?; grep ' MB .* exit ' app/target/large-files.log; exit $$code

.PHONY: lint-suite
lint-suite: jdk ## compare lint with the verdicts of each database on 300 migrations; prints precision and recall
	$(MVN) --quiet test -Dtest=LintSuiteIT -Dslipway.lint.migrations=1000

.PHONY: schema-test
schema-test: jdk ## compare the schema that verify reads with the native dump, for all listed changes on each database
	$(MVN) --quiet test -Dtest='*SchemaSuiteIT' -Dslipway.schema.changes=all

.PHONY: mysql-plan-suite
mysql-plan-suite: jdk ## run the plans between 200 random pairs of MySQL schemas, and those of all listed changes
	$(MVN) --quiet test -Dtest=MysqlPlanSuiteIT -Dslipway.schema.changes=all -Dslipway.plan.pairs=200

.PHONY: generate-suite
generate-suite: jdk ## generate the migrations between 200 random pairs of schemas on each database; SEED=the first pair
	$(MVN) --quiet test -Dtest=GenerateSuiteIT -Dslipway.generate.pairs=200 \
	  $(if $(SEED),-Dslipway.generate.seed=$(SEED))

SEED ?=

.PHONY: squash-test
squash-test: jdk ## squash 1,000 migrations, 100 of them with rows, and five databases that stopped at different versions
	$(MVN) --quiet test -Dtest='SquashIT#five*' -Dslipway.squash.migrations=1000

.PHONY: postgres-plan-suite
postgres-plan-suite: jdk ## plan all listed changes of a schema, their reverse, and 500 random pairs, on each version of PostgreSQL
	$(MVN) --quiet test -Dtest='PostgresPlanSuiteIT' -Dslipway.plan.changes=all -Dslipway.plan.pairs=500

.PHONY: isolation-test
isolation-test: jdk ## run verify and test on all statements that they refuse, with a dump after each
	$(MVN) --quiet test -Dtest=IsolationIT -Dslipway.isolation.all=true

.PHONY: pictures
pictures: build ## draw the pictures of the documentation
	PATH=$$PWD/app/target/slipway/bin:$$PATH scripts/pictures.py

.PHONY: docs-test
docs-test: jdk ## run every command of the documentation that this machine can run
	$(MVN) --quiet test -Dtest='*Doc*Test,*Doc*IT'

.PHONY: verify
verify: jdk ## check the tree itself: scripts, and what is made from the chart's values
	scripts/verify

.PHONY: generate
generate: jdk ## rewrite what is made: docs/settings.md, config.schema.json, the chart's schema and table
	$(MVN) --quiet test -Dtest='SettingsDocTest,ConfigJsonSchemaTest' -Dslipway.generate=true
	cd charts && "$$JAVA_HOME/bin/java" ChartValues.java generate

.PHONY: bench
bench: build ## measure migrating and serving side by side with bare code; QUICK=1 for a short run
	scripts/bench $(if $(filter 1,$(QUICK)),--quick)

QUICK ?= 0

.PHONY: fuzz-api
fuzz-api: build ## send 10,000 requests made from /openapi.json; FUZZ_REQUESTS=1000 for a short run
	scripts/fuzz-api

.PHONY: client-test
client-test: build ## call every operation of the API with Kratos' clients for Python, TypeScript, and Go
	scripts/client-test

.PHONY: large-bodies
large-bodies: ## measure health while 16 clients send bodies of 1 MB to the image of `make image`; LARGE_BODIES_SECONDS=120
	scripts/large-bodies.py $(LARGE_BODIES_SECONDS)

LARGE_BODIES_SECONDS ?= 120

.PHONY: hostile-requests
hostile-requests: jdk ## send every request made to be expensive, and measure it; HOSTILE=how many more a seed makes
	$(MVN) --quiet test -Dtest=HostileRequestsIT -Dslipway.hostile.requests=$(HOSTILE)

HOSTILE ?= 150

.PHONY: clean
clean: ## remove what was built
	$(MVN) --quiet clean
