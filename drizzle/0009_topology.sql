CREATE TABLE "device_hints" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "device_hints_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"device_id" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"detail" text NOT NULL,
	"about_id" integer
);
--> statement-breakpoint
CREATE TABLE "device_walks" (
	"device_id" integer PRIMARY KEY NOT NULL,
	"probe_id" integer,
	"profile_id" integer,
	"walked_at" timestamp (3) with time zone,
	"duration_ms" integer,
	"tried_at" timestamp (3) with time zone NOT NULL,
	"failure" text,
	"vendor" text,
	"model" text,
	"firmware" text,
	"serial" text,
	"booted_at" timestamp (3) with time zone,
	"facts" jsonb,
	"learnt_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "discoveries" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "discoveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"probe_id" integer NOT NULL,
	"ranges" text[] NOT NULL,
	"seeds" text[] DEFAULT '{}'::text[] NOT NULL,
	"site_id" integer,
	"profile_ids" integer[] NOT NULL,
	"rate_per_second" real NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"asked" integer DEFAULT 0 NOT NULL,
	"failure" text,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"cancelled" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "found_devices" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "found_devices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"discovery_id" integer NOT NULL,
	"address" text NOT NULL,
	"rtt_ms" real,
	"profile_id" integer,
	"facts" jsonb,
	"found_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"device_id" integer,
	"decision" text,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text
);
--> statement-breakpoint
CREATE TABLE "snmp_profiles" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "snmp_profiles_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"port" integer DEFAULT 161 NOT NULL,
	"timeout_ms" integer DEFAULT 2000 NOT NULL,
	"retries" integer DEFAULT 2 NOT NULL,
	"version" text NOT NULL,
	"credentials" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "snmp_profiles_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "topology_suggestions" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "topology_suggestions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"device_id" integer NOT NULL,
	"from_id" integer,
	"to_id" integer,
	"words" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"decision" text,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text
);
--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "snmp_profile" text;--> statement-breakpoint
ALTER TABLE "upstream_edges" ADD COLUMN "confidence" real DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "upstream_edges" ADD COLUMN "evidence" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "upstream_edges" ADD COLUMN "effective" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "upstream_edges" ADD COLUMN "first_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "device_hints" ADD CONSTRAINT "device_hints_device_id_targets_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_hints" ADD CONSTRAINT "device_hints_about_id_targets_id_fk" FOREIGN KEY ("about_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_walks" ADD CONSTRAINT "device_walks_device_id_targets_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_walks" ADD CONSTRAINT "device_walks_probe_id_probes_id_fk" FOREIGN KEY ("probe_id") REFERENCES "public"."probes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_walks" ADD CONSTRAINT "device_walks_profile_id_snmp_profiles_id_fk" FOREIGN KEY ("profile_id") REFERENCES "public"."snmp_profiles"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "discoveries" ADD CONSTRAINT "discoveries_probe_id_probes_id_fk" FOREIGN KEY ("probe_id") REFERENCES "public"."probes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "discoveries" ADD CONSTRAINT "discoveries_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "found_devices" ADD CONSTRAINT "found_devices_discovery_id_discoveries_id_fk" FOREIGN KEY ("discovery_id") REFERENCES "public"."discoveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "found_devices" ADD CONSTRAINT "found_devices_profile_id_snmp_profiles_id_fk" FOREIGN KEY ("profile_id") REFERENCES "public"."snmp_profiles"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "found_devices" ADD CONSTRAINT "found_devices_device_id_targets_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."targets"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topology_suggestions" ADD CONSTRAINT "topology_suggestions_device_id_targets_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topology_suggestions" ADD CONSTRAINT "topology_suggestions_from_id_targets_id_fk" FOREIGN KEY ("from_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topology_suggestions" ADD CONSTRAINT "topology_suggestions_to_id_targets_id_fk" FOREIGN KEY ("to_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "device_hints_device" ON "device_hints" USING btree ("device_id","at");--> statement-breakpoint
CREATE INDEX "device_hints_about" ON "device_hints" USING btree ("about_id","at");--> statement-breakpoint
CREATE INDEX "device_walks_unlearnt" ON "device_walks" USING btree ("walked_at") WHERE learnt_at is null or learnt_at < walked_at;--> statement-breakpoint
CREATE UNIQUE INDEX "found_devices_address" ON "found_devices" USING btree ("discovery_id","address");--> statement-breakpoint
CREATE UNIQUE INDEX "topology_suggestions_open" ON "topology_suggestions" USING btree ("kind","device_id",coalesce("from_id", 0),coalesce("to_id", 0)) WHERE decision is null;