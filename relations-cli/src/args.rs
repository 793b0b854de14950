//! The command line.

use crate::ask;
use crate::migrate::{DiffArgs, MigrateArgs};
use crate::output::OutputArgs;
use crate::problem::Result;
use crate::source::{Kind, Source};
use crate::{diagram, discover, lb3, model, relation};
use clap::{CommandFactory, Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Models and relations in your source code: written, imported, discovered
#[derive(Debug, Parser)]
#[command(name = "cargo relations", bin_name = "cargo relations", version)]
pub(crate) struct Args {
    /// The `Cargo.toml` of the package; without it, that of this folder or one above
    #[arg(long, global = true)]
    pub(crate) manifest_path: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a relation, with the foreign key that it needs: `relation Supplier has_one Account`
    Relation(RelationArgs),
    /// Write a model: `model Supplier name:String balance:Option<i64>`
    Model(ModelArgs),
    /// Write the models of LoopBack 3, from their JSON files, into a new file
    ImportLb3(ImportLb3Args),
    /// Write the models of LoopBack 4, from their TypeScript, into a new file
    #[cfg(feature = "import-lb4")]
    ImportLb4(ImportLb4Args),
    /// Write models of the tables that a database has into a new file
    Discover(DiscoverArgs),
    /// Write the list of models, and the program that knows them, which `check` asks
    Init(InitArgs),
    /// Compare the models with a database; exit code 1 if something differs
    Check(CheckArgs),
    /// Say what makes a database what the models ask for: changes, warnings, and with `--sql` the statements
    Diff(DiffArgs),
    /// Write migrations, run them, and take them back
    Migrate(MigrateArgs),
    /// Draw the models and their relations, for a README or for Graphviz
    Diagram(DiagramArgs),
    /// Write an API of all models by `relations-rest`, and a program that serves it
    Server(ServerArgs),
    /// Print the OpenAPI document of the API that the package serves by `relations-rest`
    Openapi(OpenapiArgs),
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
}

impl Command {
    pub(crate) fn output(&self) -> OutputArgs {
        match self {
            Command::Relation(args) => args.output.clone(),
            Command::Model(args) => args.output.clone(),
            Command::ImportLb3(args) => args.output.clone(),
            #[cfg(feature = "import-lb4")]
            Command::ImportLb4(args) => args.output.clone(),
            Command::Discover(args) => args.output.clone(),
            Command::Diagram(args) => args.output.clone(),
            Command::Init(args) => args.output.clone(),
            Command::Server(args) => args.output.clone(),
            Command::Openapi(args) => args.output.clone(),
            Command::Check(args) => OutputArgs {
                json: args.json,
                ..OutputArgs::default()
            },
            Command::Diff(args) => OutputArgs {
                json: args.program.json,
                ..OutputArgs::default()
            },
            Command::Migrate(args) => OutputArgs {
                json: args.json(),
                ..OutputArgs::default()
            },
            Command::Completions { .. } => OutputArgs::default(),
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct RelationArgs {
    /// The model that gets the relation; asked for if left out
    source: Option<String>,
    /// `has_one`, `has_many`, `belongs_to`, `references_many`, `has_and_belongs_to_many`, `embeds_one` or `embeds_many`
    kind: Option<String>,
    /// The model that it leads to
    target: Option<String>,
    /// The relation's name [default: after the target, or after the key]
    #[arg(long)]
    name: Option<String>,
    /// The field that holds the key, on the side that holds it; of a link, the one that refers to the source
    #[arg(long, value_delimiter = ',')]
    foreign_key: Vec<String>,
    /// The field that the key refers to, if not the id; of a link, the one that refers to the target
    #[arg(long, value_delimiter = ',')]
    key: Vec<String>,
    /// The key may be null
    #[arg(long)]
    optional: bool,
    /// Rows are deleted together with the row that their key refers to
    #[arg(long)]
    cascade: bool,
    /// The model of the links, of a `has_many`
    #[arg(long, value_name = "MODEL")]
    through: Option<String>,
    /// What the side that holds the key gets
    #[arg(long, value_enum, default_value_t = Inverse::BelongsTo)]
    inverse: Inverse,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Inverse {
    None,
    #[value(name = "belongs_to")]
    BelongsTo,
}

impl RelationArgs {
    /// What is wanted; what was not said is asked, where there is a terminal.
    pub(crate) fn wanted(self, source: &Source) -> Result<relation::Wanted> {
        let asks = self.target.is_none() && std::io::stdin().is_terminal();
        let from = ask::model(source, self.source, "model gets the relation")?;
        let kind = ask::kind(self.kind)?;
        let target = ask::model(source, self.target, "model does it lead to")?;
        let mut wanted = relation::Wanted {
            source: from,
            kind,
            target,
            name: self.name,
            foreign_key: self.foreign_key,
            key: self.key,
            is_optional: self.optional,
            cascades: self.cascade,
            through: self.through,
            has_inverse: self.inverse == Inverse::BelongsTo,
        };
        if asks {
            ask_more(source, &mut wanted)?;
        }
        Ok(wanted)
    }
}

/// The rest of the questions: each has an answer that leaves it as it would be.
fn ask_more(source: &Source, wanted: &mut relation::Wanted) -> Result<()> {
    if wanted.kind == Kind::HasMany
        && wanted.through.is_none()
        && ask::yes("Does it go through links?")?
    {
        wanted.through = Some(ask::model(source, None, "model are the links")?);
    }
    let name = ask::text("Name of the relation? (empty: as usual)", "")?;
    wanted.name = wanted
        .name
        .take()
        .or(Some(name).filter(|name| !name.is_empty()));
    if wanted.kind == Kind::HasAndBelongsToMany {
        return Ok(());
    }
    let question = match wanted.kind.is_embedded() {
        true => "Field that holds the rows? (empty: as usual)",
        false => "Field of the foreign key? (empty: as usual)",
    };
    let key = ask::text(question, "")?;
    if wanted.foreign_key.is_empty() && !key.is_empty() {
        wanted.foreign_key = key.split(',').map(|key| key.trim().to_owned()).collect();
    }
    if wanted.kind != Kind::ReferencesMany && !wanted.kind.is_embedded() {
        wanted.is_optional = wanted.is_optional || ask::yes("May the key be null?")?;
        wanted.cascades =
            wanted.cascades || ask::yes("Are rows deleted together with what they refer to?")?;
    }
    Ok(())
}

#[derive(Debug, clap::Args)]
pub(crate) struct ModelArgs {
    /// The name of the struct
    name: String,
    /// Its fields: `name:Type`; an `id:i64` that the database generates is added if none is named
    fields: Vec<String>,
    /// The file it goes to [default: that of the models that are there, if they are in one, else `src/models.rs`]
    #[arg(long)]
    file: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

impl ModelArgs {
    pub(crate) fn wanted(self) -> model::Wanted {
        model::Wanted {
            name: self.name,
            fields: self.fields,
            file: self.file,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct ImportLb3Args {
    /// Folders of the definitions, such as `common/models`
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// LoopBack's `model-config.json`: models that it attaches to no data source are left out
    #[arg(long)]
    model_config: Option<PathBuf>,
    /// Tables and columns keep LoopBack's names, for a database that is there
    #[arg(long)]
    keep_names: bool,
    /// Models do without `Serialize` and `Deserialize`
    #[arg(long)]
    no_serde: bool,
    #[command(flatten)]
    pub(crate) file: NewFileArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Where a file goes that is written as a whole.
#[derive(Debug, clap::Args)]
pub(crate) struct NewFileArgs {
    /// The file that is written; `-` for standard output
    #[arg(long, default_value = "src/models.rs")]
    pub(crate) out: PathBuf,
    /// Write over a file that is there and has something else in it
    #[arg(long)]
    pub(crate) force: bool,
}

impl ImportLb3Args {
    pub(crate) fn wanted(&self) -> lb3::Wanted {
        lb3::Wanted {
            folders: self.folders.clone(),
            config: self.model_config.clone(),
            keeps_names: self.keep_names,
            has_serde: !self.no_serde,
        }
    }
}

#[cfg(feature = "import-lb4")]
#[derive(Debug, clap::Args)]
pub(crate) struct ImportLb4Args {
    /// Folders of the classes, such as `src/models`, or files
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Tables and columns keep LoopBack's names, for a database that is there
    #[arg(long)]
    keep_names: bool,
    /// Models do without `Serialize` and `Deserialize`
    #[arg(long)]
    no_serde: bool,
    #[command(flatten)]
    pub(crate) file: NewFileArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[cfg(feature = "import-lb4")]
impl ImportLb4Args {
    pub(crate) fn wanted(&self) -> lb3::Wanted {
        lb3::Wanted {
            folders: self.folders.clone(),
            config: None,
            keeps_names: self.keep_names,
            has_serde: !self.no_serde,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct DiscoverArgs {
    /// The database: `sqlite:shop.db`, `postgres://..`, `mysql://..`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    url: String,
    /// The schema, or the database on MySQL [default: that of the connection]
    #[arg(long)]
    schema: Option<String>,
    /// The tables to take [default: all]
    #[arg(long, value_delimiter = ',')]
    tables: Vec<String>,
    /// The library that has the types of dates and times
    #[arg(long, value_enum, default_value_t)]
    times: discover::Times,
    /// Models derive `Serialize` and `Deserialize`, to be served
    #[arg(long)]
    serde: bool,
    /// Keep what was edited in the file, and add what changed in the database since the last result; conflicts are marked,
    /// and the exit code is 1 then
    #[arg(long)]
    pub(crate) merge: bool,
    #[command(flatten)]
    pub(crate) file: NewFileArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl DiscoverArgs {
    pub(crate) fn wanted(&self) -> discover::Wanted {
        discover::Wanted {
            url: self.url.clone(),
            schema: self.schema.clone(),
            tables: self.tables.clone(),
            times: self.times,
            has_serde: self.serde,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct DiagramArgs {
    /// In Mermaid's language, which GitHub shows in Markdown; this is the default
    #[arg(long, conflicts_with_all = ["dot", "svg"])]
    mermaid: bool,
    /// In Graphviz's language: `dot -Tsvg` makes a picture of it
    #[arg(long)]
    dot: bool,
    /// As a picture
    #[arg(long, conflicts_with = "dot")]
    svg: bool,
    /// The file that is written; `-` for standard output
    #[arg(long, default_value = "-")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl DiagramArgs {
    pub(crate) fn language(&self) -> diagram::Language {
        match (self.dot, self.svg) {
            (true, _) => diagram::Language::Dot,
            (_, true) => diagram::Language::Svg,
            _ => diagram::Language::Mermaid,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct ServerArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct OpenapiArgs {
    /// A database that the program can connect to; nothing is asked of it
    #[arg(long, default_value = "sqlite::memory:")]
    pub(crate) url: String,
    /// Features of the package that its program is built with
    #[arg(long, value_delimiter = ',')]
    pub(crate) features: Vec<String>,
    /// The file that is written; `-` for standard output
    #[arg(long, default_value = "-")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// The database: `sqlite:shop.db`, `postgres://..`, `mysql://..`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) url: String,
    /// Features of the package that its program is built with
    #[arg(long, value_delimiter = ',')]
    pub(crate) features: Vec<String>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn completions(shell: clap_complete::Shell) {
    clap_complete::generate(
        shell,
        &mut Args::command(),
        "cargo-relations",
        &mut std::io::stdout(),
    );
}
